place-server = Não estou disponível neste servidor: quem me administra liberou apenas alguns servidores.
place-members = Fora dos servidores, só estou disponível para membros de alguns deles, e parece que você não está em nenhum.
place-user-install = Não estou disponível como app instalado na conta de alguém. Use-me em um servidor que tenha me adicionado.
place-unknown = Não consegui verificar a tempo se você pode me usar aqui. Tente de novo daqui a pouco.
