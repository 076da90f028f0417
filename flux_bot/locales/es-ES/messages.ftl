mention-empty = Dime con palabras qué quieres: describe una imagen o responde a una de las mías con lo que hay que cambiar.
mention-no-picture = No veo ninguna imagen en el mensaje al que has respondido. Responde a una de mis imágenes o adjunta la imagen a tu mensaje.
mention-not-here = No puedo escribir en { $channel }, así que no he empezado tu imagen. Envíame aquí el mismo texto: basta con un mensaje directo.
mention-not-private = Según tus preferencias, solo tú ves tus imágenes, así que tendría que enviarte esta por mensaje directo, pero no puedo. Permítelos en los ajustes de privacidad de este servidor o usa /{ cmd-imagine }.
mention-gone = Tu mensaje con la instrucción ha desaparecido y ya no sé qué hay que cambiar. Escríbelo de nuevo.
mention-which = ¿Cuál de estas imágenes quieres cambiar? También puedes escribir primero el número, por ejemplo «2: de noche».
mention-not-your-list = Solo quien escribió la instrucción puede elegir la imagen.
help-messages = 💬 **O simplemente escribe**: mencióname y di qué quieres ver, o responde a una de mis imágenes con lo que hay que cambiar.
