@rem kubectl asks this script, found on PATH, for the completions of "kubectl rio".
@kubectl rio __complete %*
