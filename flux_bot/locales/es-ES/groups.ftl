too-many-variations = Con esto saldrían más de { $limit } imágenes. Usa menos alternativas entre llaves, menos imágenes de cada una o menos modelos. No se ha cobrado nada.
too-many-at-once = { $more ->
    [one] Ahora mismo solo puedes poner en cola una imagen más, y has pedido { $needed }.
   *[other] Ahora mismo solo puedes poner en cola { $more } imágenes más, y has pedido { $needed }.
} Pide menos o espera a que terminen algunas. No se ha cobrado nada.
compare-twice = Has elegido { $model } dos veces. Elige modelos distintos para compararlos.
group-none-failed = Todas estas imágenes ya están listas, así que no hay nada que reintentar.
group-not-yours = Aquí solo puede continuar con una de estas imágenes quien las pidió. Para editar una imagen, elige «{ menu-edit-image }» en Aplicaciones, dentro del menú de este mensaje.
group-status = 🎨 **Creando las imágenes** desde { $since }: { $done } de { $total } listas.
group-ready = ✅ Listas: { $names }
group-to-come = ⏳ Pendientes: { $names }
group-failed = ⚠️ Fallidas: { $names }
group-models = { $count } modelos
group-cancel-question = El servicio de imágenes ya ha empezado con algunas, así que se cobrarán de todos modos. ¿Quieres los resultados solo para ti o prefieres descartarlos todos?
group-cancel-question-other = El servicio de imágenes ya ha empezado con algunas, así que se cobrarán de todos modos. ¿Quieres que los resultados le lleguen solo a { $user } o prefieres descartarlos todos?
group-cancel-question-private = El servicio de imágenes ya ha empezado con algunas, así que se cobrarán de todos modos. ¿Quieres conservar los resultados o prefieres descartarlos todos?
group-alt = Imagen { $number } de { $count }, { $name }: { $prompt }
group-pick = Continuar con una…
button-reroll-all = Regenerar todas
button-retry-failed = Reintentar las fallidas
group-all-failed = { $count ->
    [one] No se ha podido crear la imagen.
   *[other] No se ha podido crear ninguna de las { $count } imágenes.
}
group-failed-free = { $count ->
    [one] La que ha fallado no se ha cobrado.
   *[other] Las que han fallado no se han cobrado.
}
group-one-failed = ⚠️ { $name }: { $reason }
group-reason-bad_request = el servicio de imágenes no ha aceptado la solicitud
group-reason-forbidden = rechazada por el filtro de seguridad
group-reason-timeout = ha tardado demasiado
group-reason-model_rejected = este modelo ya no se ofrece
group-reason-size_rejected = este modelo no admite el formato
group-reason-outcome_unknown = se ha cortado la conexión; es posible que se haya cobrado
group-reason-other = ha fallado el servicio de imágenes
group-erase-ask = **¿Borrar todas estas imágenes para siempre?** Se borrarán sus prompts, sus enlaces y mi mensaje con todas las imágenes, y desaparecerán de tu /{ cmd-history }. No se puede deshacer. Las copias guardadas o publicadas de nuevo se quedan donde están.
group-prompts-attached = { $count ->
    [one] El prompt completo está en el archivo adjunto.
   *[other] Los prompts completos están en el archivo adjunto.
}
form-models = Modelos para comparar, de 2 a 4
