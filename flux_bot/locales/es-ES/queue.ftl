queue-starts = Inicio estimado: { $when }.
