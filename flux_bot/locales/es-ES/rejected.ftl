button-revise = Cambiar
expired-draft = Ya no tengo esta solicitud, pero tu prompt no se ha perdido: cópialo del archivo de este mensaje y vuelve a usar el comando.
sent-already = Esta solicitud ya se ha enviado.
show-several = Varias de tus imágenes coinciden con la búsqueda. ¿A cuál te refieres?
