package admin

import (
	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// answer writes a record, in the words of a form, that was made or found.
func answer(w *web.Writer, form string) func(record any, err error) error {
	return func(record any, err error) error {
		if err != nil {
			return err
		}
		reply, err := shown(form, record)
		if err != nil {
			return err
		}
		return w.Value(reply)
	}
}

// answerAll writes all records of a list, each in its words.
func answerAll[T any](w *web.Writer, get func(after string) (people.Page[T], error), word func(*T) (raw.Object, error)) error {
	found, err := all(get)
	if err != nil {
		return err
	}
	rows := make([]raw.Object, len(found))
	err = each.All(len(found), func(i int) (err error) {
		rows[i], err = word(found[i])
		return err
	})
	if err != nil {
		return err
	}
	return w.Value(list(rows))
}
