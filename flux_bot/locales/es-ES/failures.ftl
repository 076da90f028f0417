not-yours-to-retry = Solo quien hizo la solicitud puede usar este botón.
