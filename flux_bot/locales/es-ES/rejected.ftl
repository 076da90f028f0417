button-revise = Cambiar
expired-draft = Ya no tengo esta petición, pero tu prompt no se ha perdido: cópialo del archivo de este mensaje y vuelve a usar el comando.
sent-already = Esta petición ya está en camino.
show-several = Varias de tus imágenes coinciden. ¿Cuál quieres?
