package boot_test

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/providers"
	"github.com/tollgate-llm/tollgate/providers/providertest/upstream"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// living is a gateway whose configurations are texts by their names, and what
// was asked for.
type living struct {
	*httptest.Server
	store  people.Store
	texts  map[string]string
	loads  atomic.Int64
	log    *journal
	lacks  atomic.Bool // what the next App needs
	pinned bool        // so is the first one
	alone  bool        // it has no store
	mu     sync.Mutex
	offset time.Duration
}

func (l *living) now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Add(l.offset)
}

func (l *living) wait(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.offset += d
}

// follow starts with the configuration of the name "".
func follow(t *testing.T, texts map[string]string) *living {
	t.Helper()
	return followed(t, &living{texts: texts})
}

func followed(t *testing.T, l *living) *living {
	t.Helper()
	l.log = &journal{}
	up := upstream.Start(t)
	plain, guarded := outbound.Client(), outbound.Guarded()
	t.Cleanup(plain.CloseIdleConnections)
	t.Cleanup(guarded.CloseIdleConnections)
	l.store = memory.New(l.now)
	vendors := providers.All(plain, guarded, time.Now)
	load := func(_ context.Context, m people.Marks, before *boot.App) (*boot.App, error) {
		l.loads.Add(1)
		text, ok := l.texts[m.Config]
		if !ok {
			return nil, errors.New("the bucket does not answer")
		}
		c, _, err := config.Parse("config.yaml", []byte(strings.ReplaceAll(text, "$UP", up.URL+"/v1")), config.Options{})
		if err != nil {
			return nil, err
		}
		parts := boot.Parts{
			Config: c, Providers: vendors, Log: slog.New(slog.NewJSONHandler(l.log, nil)), Store: l.store, Now: l.now, Version: m.Config, Incomplete: l.lacks.Load(), Pinned: l.pinned, Before: before,
		}
		if l.alone {
			parts.Store = nil
		}
		return boot.New(parts)
	}
	first, err := load(t.Context(), people.Marks{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	h, err := boot.NewLive(first, boot.Everything(), load)
	if err != nil {
		t.Fatal(err)
	}
	l.Server = httptest.NewServer(h)
	t.Cleanup(l.Close)
	return l
}

// mark names the configuration that is to be in force.
func (l *living) mark(t *testing.T, name string) {
	t.Helper()
	if err := people.MarkConfig(t.Context(), l.store, name, "where "+name+" is"); err != nil {
		t.Fatal(err)
	}
}

// models are the names of the models that there are.
func (l *living) models(t *testing.T) string {
	t.Helper()
	_, body := l.ask(t, "GET", "/v1/models", "")
	var names []string
	for _, part := range strings.Split(body, `"id":"`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func (l *living) ask(t *testing.T, method, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, l.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer sk-master")
	r.Header.Set("Content-Type", "application/json")
	res, err := l.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b strings.Builder
	_, err = bufio.NewReader(res.Body).WriteTo(&b)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, b.String()
}

const masterOnly = "general_settings: {master_key: sk-master}\n"

func oneModel(name string) string {
	return masterOnly + "model_list: [{model_name: " + name + ", litellm_params: {model: openai/text, api_base: $UP, api_key: sk-up}}]\n"
}
