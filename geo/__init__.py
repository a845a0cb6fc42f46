"""Shape and colour: pure functions over geometry and numbers. No Flask, database, settings, files or country."""
