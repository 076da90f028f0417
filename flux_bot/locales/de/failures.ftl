not-yours-to-retry = Diesen Button kann nur benutzen, wer das Bild angefragt hat.
