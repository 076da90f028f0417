queue-starts = Début estimé : { $when }.
