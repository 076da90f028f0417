# /privacy: what is stored about a user, the export of it, and erasing it.

# --- the panel ---

privacy-title = **Lo que guardo sobre ti**
privacy-nothing = Nada.
privacy-requests = { $count ->
    [one] una petición, de { $since }: su prompt, los enlaces a sus imágenes y dónde se publicó
   *[other] { $count } peticiones, la más antigua de { $since }: sus prompts, los enlaces a sus imágenes y dónde se publicaron
}
privacy-starred = { $count ->
    [one] una de ellas tiene tu estrella
   *[other] { $count } de ellas tienen tu estrella
}
privacy-undelivered = { $count ->
    [one] un resultado que no pude entregar
   *[other] { $count } resultados que no pude entregar
}
privacy-costs = { $count ->
    [one] una anotación de lo que costaron tus imágenes, sin el prompt
   *[other] { $count } anotaciones de lo que costaron tus imágenes, sin los prompts
}
privacy-blocks = { $count ->
    [one] un bloqueo de la moderación
   *[other] { $count } bloqueos de la moderación
}
privacy-preferences = tus /{ cmd-preferences }
privacy-progress = Estoy borrando los mensajes con tus resultados: { $done } de { $total }.
privacy-kept = { $count ->
    [one] Las peticiones se borran un día después de terminar, salvo las que tienen tu estrella.
   *[other] Las peticiones se borran { $count } días después de terminar, salvo las que tienen tu estrella.
}
privacy-kept-forever = Las peticiones se guardan hasta que las borres.
privacy-costs-kept = Las preferencias y los costes se guardan hasta que los borres.
privacy-shared = Los prompts y las imágenes que editas se envían al servicio de imágenes de Ace Data Cloud. Los resultados se publican en Discord.
privacy-contact = ¿Dudas? Puedes contactar con quien gestiona este bot aquí: { $contact }
privacy-policy = [Política de privacidad]({ $url })

# --- the export ---

button-export = Exportar mis datos
privacy-exported = { $count ->
    [one] Aquí tienes todo lo que guardo sobre ti. Solo tú puedes ver este mensaje.
   *[other] Aquí tienes todo lo que guardo sobre ti, en { $count } archivos. Solo tú puedes ver este mensaje.
}
privacy-export-busy = Ya se está preparando una exportación. Inténtalo de nuevo en un minuto.
privacy-export-too-large = Tus datos ocupan demasiado para Discord. Quien gestiona este bot puede enviártelos.

# --- erasing ---

button-erase-all = Borrar mis datos…
form-privacy = Borrar todos mis datos
privacy-word = BORRAR
form-privacy-word = Escribe { privacy-word } para confirmar
form-privacy-word-hint = Peticiones, estrellas, preferencias y resultados; se cancela lo que esté en curso. Es definitivo.
form-privacy-messages = Mis mensajes con tus resultados
form-privacy-keep = Dejarlos en Discord
form-privacy-delete = Borrarlos también
privacy-wrong-word = No se ha borrado nada: la palabra que debes escribir es «{ privacy-word }».
privacy-erased = **Tus datos se han borrado.**
privacy-erased-messages = { $count ->
    [one] Ahora estoy borrando un mensaje con tus resultados; te avisaré por mensaje directo cuando termine.
   *[other] Ahora estoy borrando { $count } mensajes con tus resultados, más o menos uno por segundo; te avisaré por mensaje directo cuando termine. En /{ cmd-privacy } puedes ver cómo voy.
}
privacy-erased-rest = Lo gastado queda como una suma sin tu nombre. Los límites de hoy y los bloqueos siguen vigentes. Las copias guardadas o publicadas de nuevo se quedan donde están.

# --- the report ---

privacy-report = **He terminado de borrar los mensajes con tus resultados**: { $done } de { $total } borrados.
privacy-report-gone = { $count ->
    [one] Uno ya no existía o solo lo veías tú.
   *[other] { $count } ya no existían o solo los veías tú.
}
privacy-report-refused = { $count ->
    [one] Discord no me dejó borrar uno, por ejemplo porque ya no estoy en ese servidor. La moderación de allí puede quitarlo.
   *[other] Discord no me dejó borrar { $count }, por ejemplo porque ya no estoy en esos servidores. La moderación de allí puede quitarlos.
}
