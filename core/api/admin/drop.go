package admin

import (
	"errors"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// drop deletes records once all of them have been found.
func (h *Handler) drop(ids []string, find, remove func(id string) error) error {
	for _, id := range ids {
		if err := find(id); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if err := remove(id); err != nil && !errors.Is(err, llm.NotFoundError) { // named twice
			return err
		}
	}
	return nil
}

// ids are the ids that a request is about: 1 to 500.
func ids(r *http.Request, name string) ([]string, error) {
	body, err := web.Object(r)
	if err != nil {
		return nil, err
	}
	all, err := texts(body, name)
	if err == nil && (len(all) == 0 || len(all) > mostAtOnce) {
		err = unprocessable(name, "%s must have 1 to %d ids", name, mostAtOnce)
	}
	return all, err
}
