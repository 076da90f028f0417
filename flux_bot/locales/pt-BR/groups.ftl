too-many-variations = Este prompt gera mais de { $limit } imagens. Use menos alternativas entre chaves ou menos imagens de cada uma. Nada foi cobrado.
