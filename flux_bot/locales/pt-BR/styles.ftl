style-none = Sem estilo
style-label = { $name }: { $description }
no-such-style = Não existe o estilo “{ $typed }”. Escolha um da lista que aparece enquanto você digita.
several-styles = Vários estilos correspondem a “{ $typed }”, como { $names }. Qual deles você quer?
prompt-too-long-for-style = Com este estilo, o prompt pode ter no máximo { $limit } caracteres. Encurte-o ou use outro estilo.
info-style = Estilo
info-final-prompt = Prompt com o estilo
preferences-style = Estilo para /{ cmd-imagine }
help-styles = 🖌️ **Escolher um estilo**: a opção “{ cmd-imagine.style }” do /{ cmd-imagine } tem aquarela, pixel art e muito mais. Quem gerencia um servidor pode adicionar estilos próprios com /{ cmd-style }.

form-style = Estilo
form-style-add = Novo estilo
form-style-edit = Editar o estilo
form-style-name = Nome
form-style-description = Descrição
form-style-template = Template
form-style-template-hint = De preferência, em inglês. { $placeholder } é substituído pelo texto que cada pessoa digitar.

style-example = uma raposa na neve
style-saved = 💾 **Salvo**: { $name }. Já está na opção “{ cmd-imagine.style }” do /{ cmd-imagine }.
style-preview = Prévia: “{ $example }” vira:

styles-of-servers = Os estilos pertencem a um servidor, então este comando só funciona em um.
styles-not-allowed = Só quem tem a permissão *Gerenciar servidor* pode alterar os estilos deste servidor.
style-without-name = O nome precisa ter pelo menos uma letra, um número ou um símbolo. Nada foi salvo.
style-name-too-long = O nome tem mais de { $limit } caracteres. Nada foi salvo.
style-description-too-long = A descrição tem mais de { $limit } caracteres. Nada foi salvo.
style-template-too-long = O template tem mais de { $limit } caracteres e não deixa espaço suficiente para o prompt. Nada foi salvo.
style-without-prompt = O template precisa conter { $placeholder } exatamente uma vez, no lugar em que entra o texto do usuário. Nada foi salvo.
style-name-taken = Já existe um estilo com esse nome. Escolha outro. Nada foi salvo.
too-many-styles = Este servidor já tem { $limit } estilos próprios, que é o limite. Remova um primeiro.
style-gone = Este estilo foi removido nesse meio-tempo, então suas alterações não foram salvas. Você ainda pode salvá-lo como um novo estilo.
no-such-own-style = Este servidor não tem um estilo próprio chamado “{ $typed }”. Escolha um da lista que aparece enquanto você digita.

button-style-remove = Remover o estilo
style-remove-ask = Remover o estilo { $name } deste servidor? As imagens criadas com ele ainda poderão ser geradas de novo.
style-removed = O estilo { $name } foi removido.
