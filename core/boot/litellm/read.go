package litellm

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// rows are the records of a kind as LiteLLM shows them.
type rows struct {
	all   []raw.Object
	known bool // this LiteLLM lists them
}

// everything is what was read, by the kinds' names.
type everything map[string]rows

func (e everything) of(kind string) rows { return e[kind] }

// readAll asks for everything before anything is written.
func (m *mover) readAll(ctx context.Context) (everything, error) {
	all := everything{}
	for _, list := range []struct{ kind, path string }{
		{budgetKind, "/budget/list"},
		{groupKind, "/v1/access_group"},
		{organizationKind, "/organization/list"},
		{teamKind, "/team/list"},
		{projectKind, "/project/list"},
		{tagKind, "/tag/list"},
		{customerKind, "/customer/list"},
	} {
		found, err := m.source.rows(ctx, list.path)
		if errors.Is(err, errNone) {
			m.report.note(list.kind, "", fmt.Sprintf("this LiteLLM has no %s", list.path))
			continue
		}
		if err != nil {
			return nil, err
		}
		all[list.kind] = rows{found, true}
	}
	users, err := m.source.users(ctx)
	if err != nil {
		return nil, err
	}
	all[userKind] = rows{users, true}
	keys, err := m.keys(ctx)
	if err != nil {
		return nil, err
	}
	all[keyKind] = rows{keys, true}
	return all, errors.Join(m.members(all), m.cannot(ctx))
}

// keys are all keys. One that is deleted while they are read is none.
func (m *mover) keys(ctx context.Context) ([]raw.Object, error) {
	hashes, err := m.source.hashes(ctx)
	if err != nil {
		return nil, err
	}
	found := make([]raw.Object, len(hashes))
	err = each(len(hashes), func(i int) (err error) {
		found[i], err = m.source.keyRow(ctx, hashes[i])
		if errors.Is(err, errNone) {
			return nil
		}
		return err
	})
	var keys []raw.Object
	for _, row := range found {
		if row.Len() > 0 {
			keys = append(keys, row)
		}
	}
	return keys, err
}

// cannot says what LiteLLM's API does not give away.
func (m *mover) cannot(ctx context.Context) error {
	var credentials struct {
		Credentials []struct {
			Name string `json:"credential_name"`
		} `json:"credentials"`
	}
	if err := m.source.get(ctx, "/credentials", &credentials); err != nil && !errors.Is(err, errNone) {
		return err
	}
	for _, c := range credentials.Credentials {
		m.report.fail("credential", c.Name, "LiteLLM shows its values masked: make it again with POST /credentials")
	}
	var models struct {
		Data []struct {
			Name string `json:"model_name"`
			Info struct {
				ID     string `json:"id"`
				Stored bool   `json:"db_model"`
			} `json:"model_info"`
		} `json:"data"`
	}
	if err := m.source.get(ctx, "/model/info", &models); err != nil && !errors.Is(err, errNone) {
		return err
	}
	for _, d := range models.Data {
		if d.Info.Stored {
			m.report.fail("model", d.Name+" ("+d.Info.ID+")", "LiteLLM does not show its API key: add it to the configuration, or with POST /model/new")
		}
	}
	return nil
}

// each calls f for 0 to n-1, a few at a time, and returns the first error, after
// which no more calls begin.
func each(n int, f func(i int) error) error {
	const atOnce = 8
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	next := make(chan int)
	for range min(n, atOnce) {
		wg.Go(func() {
			for i := range next {
				if err := f(i); err != nil {
					mu.Lock()
					failed = cmpError(failed, err)
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		mu.Lock()
		stop := failed != nil
		mu.Unlock()
		if stop {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	return failed
}

func cmpError(first, second error) error {
	if first != nil {
		return first
	}
	return second
}
