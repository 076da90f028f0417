# /privacy: what is stored about a user, how to export it, and how to erase it.

# --- the panel ---

privacy-title = **Lo que guardo sobre ti**
privacy-nothing = Nada.
privacy-requests = { $count ->
    [one] una solicitud, de { $since }: su prompt, los enlaces a sus imágenes y dónde se publicó
   *[other] { $count } solicitudes, la más antigua de { $since }: sus prompts, los enlaces a sus imágenes y dónde se publicaron
}
privacy-starred = { $count ->
    [one] una de ellas está destacada
   *[other] { $count } de ellas están destacadas
}
privacy-undelivered = { $count ->
    [one] un resultado que no pude entregar
   *[other] { $count } resultados que no pude entregar
}
privacy-costs = { $count ->
    [one] un registro de lo que costaron tus imágenes, sin el prompt
   *[other] { $count } registros de lo que costaron tus imágenes, sin los prompts
}
privacy-blocks = { $count ->
    [one] un bloqueo impuesto por un moderador
   *[other] { $count } bloqueos impuestos por moderadores
}
privacy-preferences = tus /{ cmd-preferences }
privacy-progress = Estoy borrando los mensajes con tus resultados: { $done } de { $total }.
privacy-kept = { $count ->
    [one] Las solicitudes se borran un día después de terminar, salvo las que hayas destacado.
   *[other] Las solicitudes se borran { $count } días después de terminar, salvo las que hayas destacado.
}
privacy-kept-forever = Las solicitudes se guardan hasta que las borres.
privacy-costs-kept = Las preferencias y los costes se guardan hasta que borres tus datos.
privacy-shared = Los prompts y las imágenes que editas se envían al servicio de imágenes de Ace Data Cloud. Los resultados se publican en Discord.
privacy-contact = ¿Dudas? Puedes contactar aquí con el responsable del bot: { $contact }
privacy-policy = [Política de privacidad]({ $url })

# --- the export ---

button-export = Exportar mis datos
privacy-exported = { $count ->
    [one] Aquí tienes todo lo que guardo sobre ti. Solo tú puedes ver este mensaje.
   *[other] Aquí tienes todo lo que guardo sobre ti, en { $count } archivos. Solo tú puedes ver este mensaje.
}
privacy-export-busy = Ya se está preparando una exportación. Inténtalo de nuevo dentro de un minuto.
privacy-export-too-large = Tus datos ocupan demasiado para Discord. El responsable del bot puede enviártelos.

# --- erasing ---

button-erase-all = Borrar mis datos…
form-privacy = Borrar todos mis datos
privacy-word = BORRAR
form-privacy-word = Escribe { privacy-word } para confirmar
form-privacy-word-hint = Borra para siempre solicitudes, destacadas, preferencias y resultados; cancela lo que esté en curso.
form-privacy-messages = Mis mensajes con tus resultados
form-privacy-keep = Dejarlos en Discord
form-privacy-delete = Borrarlos también
privacy-wrong-word = No se ha borrado nada: la palabra que debes escribir es «{ privacy-word }».
privacy-erased = **Tus datos se han borrado.**
privacy-erased-messages = { $count ->
    [one] Ahora estoy borrando un mensaje con tus resultados; te avisaré por mensaje directo cuando termine.
   *[other] Ahora estoy borrando { $count } mensajes con tus resultados, más o menos uno por segundo; te avisaré por mensaje directo cuando termine. En /{ cmd-privacy } puedes ver cómo voy.
}
privacy-erased-rest = Lo gastado se conserva como un total, sin tu nombre. Los límites de hoy y los bloqueos se siguen aplicando. Las copias guardadas o publicadas de nuevo se quedan donde están.

# --- the report ---

privacy-report = **He terminado de borrar los mensajes con tus resultados**: { $done } de { $total } borrados.
privacy-report-gone = { $count ->
    [one] Uno ya no existía o solo lo veías tú.
   *[other] { $count } ya no existían o solo los veías tú.
}
privacy-report-refused = { $count ->
    [one] Discord no me dejó borrar uno, por ejemplo porque ya no estoy en ese servidor. Un moderador de allí puede quitarlo.
   *[other] Discord no me dejó borrar { $count }, por ejemplo porque ya no estoy en esos servidores. Un moderador de allí puede quitarlos.
}
