package admin

import (
	"net/http"
	"strconv"
)

// number is a query's whole number from least to most.
func number(r *http.Request, name string, absent, least, most int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, unprocessable(name, "%s is a number from %d to %d", name, least, most)
	}
	return n, nil
}

// flag is a query's yes or no, in the words that LiteLLM reads.
func flag(r *http.Request, name string) (bool, error) {
	switch r.URL.Query().Get(name) {
	case "", "false", "False", "0", "no", "off":
		return false, nil
	case "true", "True", "1", "yes", "on":
		return true, nil
	}
	return false, unprocessable(name, "%s is true or false", name)
}
