too-many-variations = This prompt stands for more than { $limit } pictures. Use fewer alternatives in braces, or fewer pictures each. Nothing was charged.
