package meta

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

const (
	// healthTime bounds one deployment's check: a buffered route has 29 s.
	healthTime = 20 * time.Second
	// healthWidth is how many deployments are checked at once.
	healthWidth = 16
)

// Health answers the probes, and GET /health, which calls deployments.
type Health struct {
	// Deployments are those with a model of their own, wildcards left out.
	Deployments func() []*llm.Deployment
	// Try does one try of call.To.
	Try llm.Provider
	// Faults are what is wrong although requests are answered. They have no secret
	// in them, and nothing that only operators may know. Nil: nothing is.
	Faults func() []string
}

// Alive says that the process answers.
func (h *Health) Alive(w *web.Writer, _ *http.Request, _ *llm.Caller) error {
	return w.Value("I'm alive!")
}

// Ready says that requests may come, and what is wrong all the same.
func (h *Health) Ready(w *web.Writer, _ *http.Request, _ *llm.Caller) error {
	answer := struct {
		Status   string   `json:"status"`
		Warnings []string `json:"warnings,omitempty"`
	}{Status: "healthy"}
	if h.Faults != nil {
		answer.Warnings = h.Faults()
	}
	return w.Value(answer)
}

// Endpoint is what a check found out about one deployment.
type Endpoint struct {
	Model    string `json:"model"` // the group
	ModelID  string `json:"model_id"`
	Provider string `json:"provider"`
	Error    string `json:"error,omitempty"`
}

// Check calls each deployment once, or those of ?model=, with a short
// request. It answers 200 however they fare.
func (h *Health) Check(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	asked := r.URL.Query().Get("model")
	var chosen []*llm.Deployment
	for _, d := range h.Deployments() {
		if asked == "" || asked == d.Group || asked == d.ID {
			chosen = append(chosen, d)
		}
	}
	if asked != "" && len(chosen) == 0 {
		return &llm.Error{Class: llm.NotFoundError, Param: "model", Message: "there is no model " + asked}
	}
	answer := struct {
		Healthy   []Endpoint `json:"healthy_endpoints"`
		Unhealthy []Endpoint `json:"unhealthy_endpoints"`
		Fit       int        `json:"healthy_count"`
		Unfit     int        `json:"unhealthy_count"`
	}{Healthy: []Endpoint{}, Unhealthy: []Endpoint{}}
	for i, err := range h.check(r.Context(), chosen, caller) {
		e := Endpoint{Model: chosen[i].Group, ModelID: chosen[i].ID, Provider: chosen[i].Provider}
		if err == nil {
			answer.Healthy = append(answer.Healthy, e)
			continue
		}
		e.Error = reason(err)
		answer.Unhealthy = append(answer.Unhealthy, e)
	}
	answer.Fit, answer.Unfit = len(answer.Healthy), len(answer.Unhealthy)
	return w.Value(answer)
}

// check tries deployments side by side and returns their errors in order.
func (h *Health) check(ctx context.Context, chosen []*llm.Deployment, caller *llm.Caller) []error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	errs := make([]error, len(chosen))
	slots := make(chan struct{}, healthWidth)
	var all sync.WaitGroup
	for i, d := range chosen {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			errs[i] = h.probe(ctx, d, caller)
		})
	}
	all.Wait()
	return errs
}

func (h *Health) probe(ctx context.Context, d *llm.Deployment, caller *llm.Caller) (err error) {
	defer func() {
		if p := recover(); p != nil { // in a goroutine of its own it would end the process
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	body, err := raw.Parse([]byte(`{"messages":[{"role":"user","content":"ping"}],"max_completion_tokens":16}`))
	if err != nil {
		return err
	}
	drop := true
	call := &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Model: d.Group, Caller: caller, To: d,
		Options: llm.Options{DropParams: &drop},
		Record:  &llm.Record{RequestID: "health"},
	}
	reply, err := h.Try.Do(ctx, call)
	if err != nil {
		return err
	}
	return reply.Close()
}

// reason is what may be said of an error: it has no cause and no secret in it.
func reason(err error) string {
	var e *llm.Error
	if errors.As(err, &e) {
		return e.Class.Error() + ": " + e.Message
	}
	return "the gateway failed"
}
