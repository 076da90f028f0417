too-many-variations = Este prompt da más de { $limit } imágenes. Usa menos alternativas entre llaves o menos imágenes de cada una. No se ha cobrado nada.
