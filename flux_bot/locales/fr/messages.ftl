mention-empty = Dis-moi avec des mots ce que tu veux : décris une image ou réponds à l’une des miennes en disant ce qu’il faut changer.
mention-no-picture = Je ne vois pas d’image dans le message auquel tu as répondu. Réponds à l’une de mes images ou joins l’image à ton message.
mention-not-here = Je n’ai pas le droit d’écrire dans { $channel }, je n’ai donc pas lancé la création de ton image. Envoie-moi simplement le même texte ici, en message privé.
mention-not-private = D’après tes préférences, tes images ne sont visibles que par toi. Je devrais donc t’envoyer celle-ci en message privé, mais je n’en ai pas le droit. Autorise les messages privés dans les paramètres de confidentialité de ce serveur ou utilise /{ cmd-imagine }.
mention-gone = Ton message avec l’instruction a disparu, je ne sais donc plus quoi changer. Écris-le à nouveau.
mention-which = Laquelle de ces images faut-il modifier ? Tu peux aussi commencer par le numéro, par exemple « 2 : de nuit ».
mention-not-your-list = Seule la personne qui a écrit l’instruction peut choisir l’image.
help-messages = 💬 **Ou écris, tout simplement** : mentionne-moi et dis ce que tu veux voir, ou réponds à l’une de mes images en disant ce qu’il faut changer.
