package answer

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Counts adds up the usage objects of a message that is passed on as it is: a
// stream has two, of which the second completes the first.
type Counts struct{ known counts }

// Add reads one of them; an empty one says nothing.
func (c *Counts) Add(v json.RawMessage) error { return c.known.merge(v) }

// Usage is what is known so far.
func (c *Counts) Usage() llm.Usage { return c.known.usage() }
