package boot

import (
	"github.com/tollgate-llm/tollgate/core/api/calls"
	"github.com/tollgate-llm/tollgate/core/api/responses"
)

// Family is what one Lambda function answers: routes of core/routes, and the
// rooms that answer them. Families are told apart by the funcs in them rather
// than by a word, because a linker follows funcs: a function's program has the
// rooms of its own family and no other, which every cold start pays for.
type Family struct {
	function string // "": every function's routes
	parts    []part
}

// part is some of a gateway's endpoints, by path, without /v1 in front. Where a
// path has several methods, all but one have theirs before it.
type part func(*App) map[string]endpoint

// Chat is the family of what is said to models, in whosever words.
func Chat() Family { return Family{"chat", []part{(*App).models, (*App).batching, (*App).kept}} }

// Embed is the family of embeddings, moderations and rankings.
func Embed() Family { return Family{"embed", []part{(*App).models}} }

// Media is the family of images and audio.
func Media() Family { return Family{"media", []part{(*App).models}} }

// Pass is the family of vendors' own APIs.
func Pass() Family { return Family{"pass", []part{(*App).vendors}} }

// Meta is the family of what there is: models, prices, health, the API.
func Meta() Family { return Family{"meta", []part{(*App).about}} }

// Admin is the family of keys, people and money, and of the page that shows the
// API. It asks no provider.
func Admin() Family { return Family{"admin", []part{(*App).administration}} }

// Everything is all families, as one machine serves them.
func Everything() Family {
	return Family{"", []part{(*App).models, (*App).batching, (*App).kept, (*App).vendors, (*App).about, (*App).administration}}
}

// calls reads the bodies of calls, and has the gateway answer them.
func (a *App) calls() *calls.Handler {
	return &calls.Handler{
		Serve: (&responses.State{Next: a.gateway.Serve, Store: a.responses}).Serve, ClientCredentials: a.foreign,
		Count: a.count.Of, Adapters: a.adapters, CustomerHeader: a.gate.CustomerHeader,
	}
}
