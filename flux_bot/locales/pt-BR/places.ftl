place-server = Não estou disponível neste servidor: o responsável pelo bot liberou apenas alguns.
place-members = Fora dos servidores, só estou disponível para membros de alguns deles, e parece que você não está em nenhum.
place-user-install = Não estou disponível como app instalado em uma conta pessoal. Me use em um servidor em que fui adicionado.
place-unknown = Não consegui verificar a tempo se você pode me usar aqui. Tente de novo daqui a pouco.
