too-many-variations = Dieser Prompt steht für mehr als { $limit } Bilder. Nimm weniger Alternativen in Klammern oder jeweils weniger Bilder. Es wurde nichts berechnet.
