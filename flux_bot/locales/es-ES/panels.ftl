# --- Info ---

info-title = ### Cómo se hizo
info-prompt = Prompt
info-prompt-attached = El prompt completo está en el archivo adjunto.
info-model = Modelo
info-size = Tamaño
info-count = Cantidad
info-seed = { $count ->
    [one] Semilla
   *[other] Semillas
}
info-time = Tiempo
info-asked = Solicitado
info-asked-by = { $when } por { $user }
info-parent = Creado a partir de
info-children = Creado a partir de esto
info-link = [imagen { $number }]({ $url })
info-job = Solicitud
info-task = Tarea
info-trace = Traza
info-command = Para volver a pedirlo, pega esto:

# --- /jobs ---

jobs-title = ### Tus imágenes
jobs-none = No hay nada en curso ni en espera. /{ cmd-imagine } crea una imagen y /{ cmd-history } muestra las que ya tienes.
jobs-undelivered = **Sin entregar**: { $count ->
    [one] recógela
   *[other] recógelas
} aquí.
jobs-running = **En curso**
jobs-queued = **En cola**
jobs-finished = **Recién terminadas**
jobs-running-line = desde { $since }: { $prompt }
jobs-queued-line = puesto { $place }: { $prompt }
jobs-finished-line = { $when }: { $prompt }
jobs-failed-line = { $when }, falló: { $prompt }
jobs-link = [ver]({ $url })
jobs-more = … y { $count } más

# --- /history ---

history-title = ### Tus imágenes, página { $page } de { $pages }
history-search-title = ### Tus imágenes con «{ $search }», página { $page } de { $pages }
history-none = Todavía no tienes imágenes. Crea una con /{ cmd-imagine }.
history-none-found = Ninguna de tus imágenes tiene «{ $search }» en el prompt. Usa /{ cmd-history } sin palabras para verlas todas.
history-line = { $number }. { $prompt } · { $when }
history-gone = { $number }. { $prompt } · { $when } · ya no disponible
history-pick = Elige una para verla en grande o cambiarla
history-option = { $number }. { $prompt }

# --- /preferences ---

preferences-title = ### Lo que recibes si no indicas otra cosa
preferences-saved = Los cambios se guardan al instante.
preferences-model = Modelo para /{ cmd-imagine }
preferences-edit-model = Modelo para /{ cmd-edit }
preferences-size = Formato para /{ cmd-imagine }
preferences-count = Cantidad para /{ cmd-imagine }
preferences-default = Por defecto: { $value }
preferences-pictures = { $count ->
    [one] una imagen
   *[other] { $count } imágenes
}
preferences-private-on = Privado: sí
preferences-private-off = Privado: no
preferences-ping-on = Avisarme: sí
preferences-ping-off = Avisarme: no
preferences-hint = *Privado*: solo tú ves tus imágenes. *Avisarme*: recibes una notificación cuando una imagen está lista.
preferences-reset = Restablecer
