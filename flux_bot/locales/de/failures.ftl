not-yours-to-retry = Diesen Button kann nur benutzen, wer den Auftrag gestartet hat.
