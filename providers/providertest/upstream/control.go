package upstream

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// control answers the paths that steer and read the upstream from outside:
//
//	GET  /control/requests?model=M     what came, with headers and exact bodies (base64)
//	GET  /control/log?model=M&until=W  the same without them. until=left or until=ended waits,
//	                                   10 seconds at most, until the newest such exchange is
//	POST /control/release/{token}      lets model hold-TOKEN go on
//	POST /control/reset                forgets all of it
//	GET  /control/scenarios            the table
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	what := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/control/")
	token, release := strings.CutPrefix(what, "POST release/")
	switch {
	case release:
		s.Release(token)
		w.WriteHeader(http.StatusNoContent)
	case what == "POST reset":
		s.Reset()
		w.WriteHeader(http.StatusNoContent)
	case what == "GET requests":
		s.show(w, s.of(r.FormValue("model")))
	case what == "GET log":
		s.log(w, r)
	case what == "GET scenarios":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte(Table()))
	default:
		http.Error(w, "no such control", http.StatusNotFound)
	}
}

func (s *Server) log(w http.ResponseWriter, r *http.Request) {
	model, until := r.FormValue("model"), r.FormValue("until")
	if until != "" {
		ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
		defer cancel()
		_, err := s.Await(ctx, func(e Exchange) bool {
			return (model == "" || e.Model == model) &&
				(until == "left" && !e.Left.IsZero() || until == "ended" && !e.Ended.IsZero())
		})
		if err != nil {
			http.Error(w, "nothing "+until+" in time", http.StatusGatewayTimeout)
			return
		}
	}
	all := s.of(model)
	for i := range all {
		all[i].Header, all[i].Body = nil, nil
	}
	s.show(w, all)
}

// of returns the exchanges for a model, or all for "".
func (s *Server) of(model string) []Exchange {
	out := []Exchange{}
	for _, e := range s.Exchanges() {
		if model == "" || e.Model == model {
			out = append(out, e)
		}
	}
	return out
}

func (s *Server) show(w http.ResponseWriter, all []Exchange) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(all); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}
