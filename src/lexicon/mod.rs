//! Tool: words of languages as data files: month names, bylines, "read more" chips, calls to action.
