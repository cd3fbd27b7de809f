package boot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/router"
)

// How long a process goes on with the deployments that it knows: it asks whether
// there are others when they are fresh no more, while the caller's key is looked
// up, and nobody goes on with stale ones.
const (
	freshModels = 4 * time.Second
	staleModels = 5 * time.Second
)

// models are what may be asked for at a time: the deployments of the
// configuration, and those that administrators added.
type models struct {
	groups   *router.Groups
	prices   *prices
	router   llm.Provider
	stored   map[string]bool // by deployment id: an administrator added it
	within   map[string][]string
	budgets  map[string]config.Spending // by deployment id
	warnings []string
	version  int64 // of what administrators added
}

// newModels makes the models of a configuration with these deployments besides.
func (a *App) newModels(stored []config.Model) (*models, error) {
	c := *a.config
	c.Models = slices.Concat(c.Models, stored)
	m := &models{stored: map[string]bool{}, within: map[string][]string{}, budgets: map[string]config.Spending{}}
	for _, s := range stored {
		m.stored[s.ID] = true
	}
	for _, s := range c.Models {
		m.budgets[s.ID] = s.Budget
		var info struct {
			Groups []string `json:"access_groups"`
		}
		if json.Unmarshal(s.Info, &info) == nil {
			m.within[s.Name] = append(m.within[s.Name], info.Groups...)
		}
	}
	var err error
	if m.groups, m.warnings, err = newGroups(&c, a.secrets, a.providers); err != nil {
		return nil, err
	}
	if m.prices, err = newPrices(&c); err != nil {
		return nil, err
	}
	rc := a.routing
	rc.Groups = m.groups
	m.router = router.New(rc, a.try)
	return m, nil
}

// accessGroups are those that the configuration has a model in.
func (a *App) accessGroups(model string) []string {
	m := a.now()
	d, err := m.groups.First(model)
	if err != nil {
		return nil
	}
	return m.within[d.Group]
}

// now are the models as they are known.
func (a *App) now() *models { return a.current.Load() }

// look asks the store, when it is time, which deployments administrators added.
// The func that it returns waits until that is known, and must be called.
func (a *App) look(ctx context.Context) (wait func()) {
	age := a.edge.Now().Sub(time.Unix(0, a.looked.Load()))
	if age < freshModels {
		return func() {}
	}
	if !a.looking.TryLock() {
		if age < staleModels {
			return func() {}
		}
		a.looking.Lock() // somebody else is at it, and what they find is enough
		defer a.looking.Unlock()
		return func() {}
	}
	var done sync.WaitGroup
	done.Go(func() {
		defer a.looking.Unlock()
		began := a.edge.Now()
		if err := a.reload(context.WithoutCancel(ctx)); err != nil { // others wait for it, too
			a.edge.Log.WarnContext(ctx, "read the models that administrators added", "error", err)
		}
		a.looked.Store(began.UnixNano()) // after an error, too: a store in trouble is not asked more often
	})
	return done.Wait
}

// lookTime is how long the store may take to say which models there are. Calls
// wait for it.
const lookTime = 2 * time.Second

// reload makes the models anew if administrators changed them, and takes note of
// the configuration that is to be in force.
func (a *App) reload(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	marks, err := people.ReadMarks(ctx, a.store)
	if err != nil {
		return err
	}
	if a.marked(marks); marks.Models == a.now().version {
		return nil
	}
	kept, err := a.people.Models.All(ctx)
	if err != nil {
		return err
	}
	var stored []config.Model
	var faults []string
	for _, k := range kept {
		m, err := a.parse(ctx, &k)
		if err == nil {
			_, err = a.newModels([]config.Model{m})
		}
		if err != nil { // written by another version of the gateway, or its credential is gone
			faults = append(faults, fmt.Sprintf("model %s: %s", k.Name, message(err)))
			continue
		}
		stored = append(stored, m)
	}
	m, err := a.newModels(stored)
	if err != nil {
		return err
	}
	m.version = marks.Models
	m.warnings = append(m.warnings, faults...)
	a.current.Store(m)
	return nil
}

// parse reads a deployment as it would stand in a configuration. Errors are
// *llm.Error.
func (a *App) parse(ctx context.Context, m *people.Model) (config.Model, error) {
	params, err := a.withCredential(ctx, m.Params)
	if err != nil {
		return config.Model{}, err
	}
	id, err := json.Marshal(m.ID)
	if err != nil {
		return config.Model{}, fmt.Errorf("write a model's id: %w", err)
	}
	info := people.Free{}.Onto(m.Info)
	info["id"] = id
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	err = enc.Encode(map[string]any{"model_list": []any{map[string]any{"model_name": m.Name, "litellm_params": params, "model_info": info}}})
	if err != nil {
		return config.Model{}, fmt.Errorf("write a model: %w", err)
	}
	c, problems, err := config.Parse("model", text.Bytes(), config.Options{Check: a.secrets.Check})
	if err != nil {
		for _, p := range problems {
			if p.Severity == config.Error {
				key := strings.TrimPrefix(p.Key, "model_list[0].")
				return config.Model{}, &llm.Error{Class: llm.BadRequestError, Param: key, Message: strings.ReplaceAll(p.Message, "model_list[0].", "")}
			}
		}
		return config.Model{}, err
	}
	if len(c.Models) != 1 {
		return config.Model{}, &llm.Error{Class: llm.BadRequestError, Param: "model_name", Message: "this is not one model"}
	}
	return c.Models[0], nil
}

// withCredential are the parameters of a deployment with the values of the
// credential that they name.
func (a *App) withCredential(ctx context.Context, params people.Free) (people.Free, error) {
	const by = "litellm_credential_name"
	v, ok := params[by]
	if !ok {
		return params, nil
	}
	var name string
	if err := json.Unmarshal(v, &name); err != nil {
		return nil, &llm.Error{Class: llm.BadRequestError, Param: by, Message: by + " must be a text"}
	}
	values, err := a.people.Credentials.Reveal(ctx, name)
	if err != nil {
		return nil, err
	}
	all := params.Onto(values)
	delete(all, by)
	return all, nil
}

// fits returns an *llm.Error unless the gateway could serve a deployment.
func (a *App) fits(ctx context.Context, m *people.Model) error {
	parsed, err := a.parse(ctx, m)
	if err != nil {
		return err
	}
	for _, d := range a.now().groups.All() {
		if d.ID == m.ID && !a.now().stored[d.ID] {
			return &llm.Error{Class: llm.BadRequestError, Param: "model_info.id", Message: "the configuration has a model of that id"}
		}
	}
	if parsed.Model == "*" && parsed.Provider == "" {
		return nil
	}
	provider, _, err := a.providers.Infer(parsed.Model, parsed.Provider, parsed.APIBase)
	if err != nil {
		return err
	}
	if _, ok := a.providers.Lookup(provider); !ok {
		return &llm.Error{Class: llm.BadRequestError, Param: "litellm_params.model", Message: "there is no provider " + provider}
	}
	_, err = a.newModels([]config.Model{parsed})
	return err
}

// routed has the models as they are now answer calls. It is an llm.Provider.
type routed struct{ *App }

// Do implements llm.Provider.
func (r routed) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	return r.now().router.Do(ctx, call)
}

// cost is what a usage costs at a deployment.
func (a *App) cost(to *llm.Deployment, body raw.Object, u llm.Usage, took time.Duration) (int64, bool) {
	return a.now().prices.cost(to, body, u, took)
}

func (a *App) deployments() []*llm.Deployment { return a.now().groups.Deployments() }
