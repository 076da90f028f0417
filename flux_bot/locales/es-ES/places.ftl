place-server = No estoy disponible en este servidor: quien me gestiona solo ha autorizado algunos servidores.
place-members = Fuera de los servidores solo estoy disponible para los miembros de algunos de ellos, y parece que tú no estás en ninguno.
place-user-install = No estoy disponible como aplicación instalada en una cuenta personal. Úsame en un servidor que me haya añadido.
place-unknown = No he podido comprobar a tiempo si puedes usarme aquí. Inténtalo de nuevo en un momento.
