mention-empty = Dime con palabras qué quieres: describe una imagen o responde a una de las mías y di qué quieres cambiar.
mention-no-picture = No veo ninguna imagen en el mensaje al que has respondido. Responde a una de mis imágenes o adjunta la imagen a tu mensaje.
mention-not-here = No puedo escribir en { $channel }, así que no he empezado a crear tu imagen. Envíame aquí el mismo texto: basta con un mensaje directo.
mention-not-private = Según tus preferencias, solo tú ves tus imágenes, así que tendría que enviarte esta por mensaje directo, pero no puedo. Permite los mensajes directos en los ajustes de privacidad de este servidor o usa /{ cmd-imagine }.
mention-gone = Tu mensaje con la instrucción ya no está, así que no sé qué quieres cambiar. Escríbelo de nuevo.
mention-which = ¿Cuál de estas imágenes quieres cambiar? La próxima vez también puedes empezar por el número, por ejemplo «2: que sea de noche».
mention-not-your-list = Solo quien escribió la instrucción puede elegir la imagen.
help-messages = 💬 **O simplemente escribe**: mencióname y di qué quieres ver, o responde a una de mis imágenes y di qué quieres cambiar.
