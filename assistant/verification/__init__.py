"""Is a sentence borne out by what it cites?"""
