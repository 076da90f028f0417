# Vary, Star, and the list below a result's buttons.

button-vary = Vary
button-star = Star
button-unstar = Remove the star
result-more = More
# In small print; $parent as in result-rerolled.
result-varied = Variations of { $parent }
starred = ⭐ Starred: it stays in your /{ cmd-history }, even when older requests are deleted.
unstarred = Star removed. Like your other requests, this picture will be deleted once it is old.
not-yours-to-star = Only the person who requested this can star it, because a star keeps a picture in their own history. To keep a copy, use “{ button-save }”.

# --- /history ---

button-starred = Starred only
button-all = All pictures
history-starred-title = ### Your starred pictures, page { $page } of { $pages }
history-starred-search-title = ### Your starred pictures with “{ $search }”, page { $page } of { $pages }
history-none-starred = You have no starred pictures yet. Choose “{ button-star }” in the list below one of your pictures.
history-none-starred-found = None of your starred pictures has “{ $search }” in its prompt.
