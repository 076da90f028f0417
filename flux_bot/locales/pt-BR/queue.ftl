queue-starts = Início previsto: { $when }.
