# One line at a time for the moderators.
line-not-approved = El canal #{ $channel } no está aprobado y no se vigila.
line-unknown = (Una línea sin palabras: { $key })
