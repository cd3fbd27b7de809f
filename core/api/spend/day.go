package spend

import (
	"cmp"
	"time"

	"github.com/tollgate-llm/tollgate/core/spend"
)

// dayReport is DailySpendData: a day, and what it is made of.
type dayReport struct {
	on    time.Time
	total spend.Sums
	parts map[string]map[string]*part // by what, of BreakdownMetrics, and which
	keys  map[string]map[string]any   // what is told of a key
}

// part is what was spent on or by one thing, and with which keys.
type part struct {
	sums spend.Sums
	keys groups[string]
}

func newDay(t time.Time) *dayReport {
	d := &dayReport{on: t, parts: map[string]map[string]*part{}, keys: map[string]map[string]any{}}
	for _, by := range []string{"models", "model_groups", "providers", "endpoints", "api_keys", "entities", "mcp_servers"} {
		d.parts[by] = map[string]*part{}
	}
	return d
}

// endpoints are the paths that the operations are asked for at, as LiteLLM
// names them.
var endpoints = map[string]string{
	"chat": "/chat/completions", "embeddings": "/embeddings", "rerank": "/rerank", "moderations": "/moderations",
	"image generation": "/images/generations", "image edits": "/images/edits", "image variations": "/images/variations",
	"transcriptions": "/audio/transcriptions", "translations": "/audio/translations", "speech": "/audio/speech",
}

// add adds a cell, of the ids of a question.
func (d *dayReport) add(c *spend.Cell, sums *spend.Sums, ids []string) error {
	d.keys[c.Key] = map[string]any{"key_alias": some(c.Alias), "team_id": some(c.Team)}
	err := d.total.Add(*sums)
	for by, name := range map[string]string{
		"models": c.Model, "model_groups": c.Group, "providers": cmp.Or(c.Provider, "unknown"), "endpoints": cmp.Or(endpoints[c.Op], c.Op), "api_keys": c.Key,
	} {
		if name != "" {
			err = cmp.Or(err, d.part(by, name, c.Key, sums))
		}
	}
	for _, id := range ids {
		err = cmp.Or(err, d.part("entities", cmp.Or(id, "Unassigned"), c.Key, sums))
	}
	return err
}

func (d *dayReport) part(by, name, key string, sums *spend.Sums) error {
	p := d.parts[by][name]
	if p == nil {
		p = &part{keys: groups[string]{}}
		d.parts[by][name] = p
	}
	return cmp.Or(p.sums.Add(*sums), p.keys.add(key, sums))
}

// reply is the day in LiteLLM's words.
func (d *dayReport) reply(asked daily) map[string]any {
	breakdown := map[string]any{}
	for by, parts := range d.parts {
		shown := map[string]any{}
		for name, p := range parts {
			one := map[string]any{"metrics": metricsOf(&p.sums)}
			switch keys := map[string]any{}; by {
			case "api_keys":
				one["metadata"] = d.keys[name]
			default:
				for key, sums := range p.keys {
					keys[key] = map[string]any{"metrics": metricsOf(sums), "metadata": d.keys[key]}
				}
				one["api_key_breakdown"], one["metadata"] = keys, map[string]any{}
			}
			if known := asked.names[name]; by == "entities" && known != nil {
				one["metadata"] = known
			}
			if by != "entities" || asked.entity {
				shown[name] = one
			}
		}
		breakdown[by] = shown
	}
	return map[string]any{"date": d.on.Format(time.DateOnly), "metrics": metricsOf(&d.total), "breakdown": breakdown}
}
