# --- what was asked can't be done ---

too-many-queued = { $limit ->
    [one] Ya tienes una imagen en cola. Espera a que termine e inténtalo de nuevo.
   *[other] Ya tienes { $limit } imágenes en cola. Espera a que termine alguna e inténtalo de nuevo.
}
too-many-requests = Todavía estoy atendiendo { $limit } solicitudes tuyas de imágenes anteriores. Espera a que termine alguna e inténtalo de nuevo.
unavailable = El servicio de imágenes no está disponible ahora mismo. { $operator } Inténtalo de nuevo más tarde.
stopping = Me estoy reiniciando. Inténtalo de nuevo dentro de un minuto.
one-image-needed = Necesito una sola imagen para editar: adjúntala en `{ cmd-edit.image }` o pega su enlace en `{ cmd-edit.image_url }`, pero no las dos cosas.
not-an-image = «{ $filename }» no es una imagen que pueda editar. Adjunta un archivo PNG, JPEG o WebP.
image-too-large = Esa imagen es demasiado grande para editarla. Adjunta una de { $mebibytes } MiB como máximo.
not-a-link = Eso no es un enlace web. Usa uno que empiece por https:// y no tenga espacios, o sube la imagen.
link-too-long = Ese enlace tiene más de { $limit } caracteres. Usa uno más corto o sube la imagen.
link-with-password = Ese enlace contiene un nombre de usuario o una contraseña. Usa uno sin esos datos o sube la imagen.
link-not-public = Ese enlace no lleva a un sitio web público. Usa uno que pueda abrir cualquiera o sube la imagen.
link-expired = Ese enlace de Discord ha caducado. Cópialo de nuevo o elige «{ menu-edit-image }» en Aplicaciones, dentro del menú del mensaje con la imagen.
empty-prompt = El prompt está vacío. Describe la imagen que quieres.
prompt-too-long = El prompt tiene más de { $limit } caracteres. Acórtalo.
size-not-supported = { $model } no admite el tamaño «{ $typed }». Puedes usar: { $supported }.
pixel-rule-range = un formato como 16:9, o ANCHOxALTO con cada lado de { $smallest } a { $largest }, de { $step } en { $step }
pixel-rule-open = un formato como 16:9, o ANCHOxALTO con cada lado de { $smallest } o más, de { $step } en { $step }
no-such-model-generate = No hay ningún modelo «{ $typed }» para crear imágenes. Elige uno de estos: { $names }.
no-such-model-edit = No hay ningún modelo «{ $typed }» para editar imágenes. Elige uno de estos: { $names }.
no-channel = No consigo saber de qué canal viene esto. Inténtalo en otro canal.
no-picture-found = No veo ninguna imagen en ese mensaje. Si la hay, guárdala y adjúntala en /{ cmd-edit }.
no-text-found = No veo ningún texto en ese mensaje. Si lo hay, cópialo en /{ cmd-imagine }.
source-lost = La imagen original ya no está disponible. Adjúntala en /{ cmd-edit }.
picture-lost = Esta imagen ya no está disponible: su mensaje ha desaparecido y el servicio de imágenes ya no la conserva. Usa /{ cmd-imagine } para crear otra.
job-deleted = Ya no sé cómo se creó esta imagen, porque las solicitudes antiguas se borran. Para editarla, elige «{ menu-edit-image }» en Aplicaciones, dentro del menú de este mensaje. Para crear otra, usa /{ cmd-imagine }.
job-unknown = No he encontrado esa imagen. Elige una de la lista que aparece mientras escribes.
not-finished = Esta imagen aún no está lista. Usa /{ cmd-jobs } para ver cómo va.
search-replaced = Has empezado otra búsqueda, así que he detenido esta.
not-yours-to-cancel = Solo quien hizo la solicitud o un moderador puede cancelar esto.
too-late-to-cancel = Ya es demasiado tarde para cancelar: el resultado está listo o a punto de publicarse.
expired-form = Este formulario ha caducado y ya no sé a qué imagen te referías. Elige «{ menu-edit-image }» otra vez.
other-version = Esto es de otra versión del bot y no funciona en esta. Usa en su lugar un comando como /{ cmd-jobs } o /{ cmd-history }.

# --- something broke ---

unexpected = Algo ha fallado por mi parte. Inténtalo de nuevo. Si sigue pasando, dale este código al responsable del bot: `{ $reference }`
maybe-saved = Se ha cortado la conexión con mi base de datos mientras guardaba tu solicitud. Si se llegó a guardar, la imagen se publicará automáticamente, así que espera unos minutos antes de volver a pedirla. Si sigue pasando, dale este código al responsable del bot: `{ $reference }`

# --- done ---

undelivered-results = { $count ->
    [one] 📬 No se pudo entregar el resultado de una solicitud anterior. No se ha perdido nada: recógelo aquí.
   *[other] 📬 No se pudieron entregar los resultados de { $count } solicitudes anteriores. No se ha perdido nada: recógelos aquí.
}
undelivered-results-more = 📬 No se pudieron entregar los resultados de más de { $count } solicitudes anteriores. No se ha perdido nada: recoge aquí los primeros { $count } y el resto después de tu próximo comando.
fetching = 📬 Recuperando tu resultado…
nothing-undelivered = Este resultado ya se entregó.
saved = 📬 Te he enviado { $count ->
    [one] el original
   *[other] los originales
} por mensaje directo.
saved-message = Aquí tienes { $count ->
    [one] el original
   *[other] los originales
} de: { $prompt }
save-refused = No puedo enviarte mensajes directos. Permítelos en los ajustes de privacidad de este servidor o descarga desde aquí: { $links }
save-refused-no-links = No puedo enviarte mensajes directos. Permítelos en los ajustes de privacidad de este servidor e inténtalo de nuevo.
