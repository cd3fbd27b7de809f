package upstream

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Server is the fake provider. It is an http.Handler; Start runs one for a
// test. Its methods may be called while requests are under way.
type Server struct {
	// URL is where Start listens, without a path: "http://127.0.0.1:PORT".
	// OpenAI clients take URL + "/v1", Anthropic ones the bare URL.
	URL string

	now     func() time.Time
	journal journal
	gates   gates
	closed  chan struct{}
	close   sync.Once

	mu        sync.Mutex
	aliases   map[string]string
	otherwise string
}

// New returns a server whose replies and journal are dated by now.
func New(now func() time.Time) *Server {
	return &Server{now: now, closed: make(chan struct{}), aliases: map[string]string{}}
}

// Alias makes requests for model behave as scenario, so that a test can use
// real model names.
func (s *Server) Alias(model, scenario string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aliases[model] = scenario
}

// Otherwise names the scenario of every model that is neither in the table nor
// aliased. Without it they are answered with 404, as a provider does.
func (s *Server) Otherwise(scenario string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.otherwise = scenario
}

// Close ends every reply that waits, so that the HTTP server around it can
// shut down.
func (s *Server) Close() { s.close.Do(func() { close(s.closed) }) }

// ServeHTTP answers the control paths, then the APIs under any prefix.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/control/") {
		s.control(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away while it sent
	}
	d := dialectOf(r)
	x := &exchange{srv: s, w: w, r: r, rc: http.NewResponseController(w), dialect: d}
	x.id = s.journal.begin(r, body, s.now())
	defer func() { s.journal.end(x.id, s.now()) }()

	ask, refused := d.read(r, body)
	x.ask = ask
	s.journal.update(x.id, func(e *Exchange) { e.Model, e.Stream = ask.model, ask.stream })
	does, arg, known := s.scenario(ask.model)
	x.arg = arg
	switch {
	case refused != nil:
		x.fail(*refused)
	case !known:
		x.fail(d.unknownModel(ask.model))
	case ask.odd != nil && does.name != "lax":
		x.fail(*ask.odd)
	default:
		does.run(x)
	}
}

// dialectOf tells the APIs apart by the end of the path. OpenAI refuses those
// that nobody has.
func dialectOf(r *http.Request) dialect {
	ends := func(end string) bool { return strings.HasSuffix(r.URL.Path, end) }
	switch {
	case ends("/messages"):
		return anthropicDialect()
	case ends("/v2/chat"):
		return cohereDialect()
	case ends("/v2/rerank"):
		return cohereRerank()
	case ends("/responses"):
		return openAIResponses()
	case ends("/completions") && !ends("/chat/completions"):
		return openAICompletions()
	}
	for _, o := range operations() {
		if ends(o.path) {
			return openAIOperation(o)
		}
	}
	return openAIDialect()
}

// scenario finds what to do for a model name, and the argument in it.
func (s *Server) scenario(model string) (scenario, string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if to, ok := s.aliases[model]; ok {
		model = to
	}
	does, arg, ok := find(model)
	if !ok && s.otherwise != "" {
		return find(s.otherwise)
	}
	return does, arg, ok
}
