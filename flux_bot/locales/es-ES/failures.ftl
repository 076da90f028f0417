not-yours-to-retry = Solo quien lo pidió puede usar este botón.
