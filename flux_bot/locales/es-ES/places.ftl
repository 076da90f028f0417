place-server = No estoy disponible en este servidor: el responsable del bot solo ha autorizado algunos.
place-members = Fuera de los servidores, solo estoy disponible para los miembros de algunos de ellos, y parece que no estás en ninguno.
place-user-install = No estoy disponible como aplicación instalada en una cuenta personal. Úsame en un servidor en el que me hayan añadido.
place-unknown = No he podido comprobar a tiempo si puedes usarme aquí. Inténtalo de nuevo dentro de un momento.
