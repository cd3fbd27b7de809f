package pass

import (
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Hold takes what a request to a deployment may cost, in pico-dollars (nil:
// nobody said), and its share of its caller's limits. Errors are *llm.Error:
// nothing may be asked then. What it returns must be called when the other API
// has answered, with HTTP's status, or has not, with why; it keeps the record of
// what goes wrong.
type Hold func(r *http.Request, caller *llm.Caller, to *llm.Deployment, cost *int64) (end func(status int, err error), err error)

// ask asks the other API within what was held.
func (hold Hold) ask(w *web.Writer, r *http.Request, caller *llm.Caller, to *llm.Deployment, cost *int64, pass func() (*http.Response, error)) error {
	end, err := hold(r, caller, to, cost)
	if err != nil {
		return err
	}
	res, err := pass()
	if err != nil {
		end(0, err)
		return err
	}
	defer res.Body.Close()
	end(res.StatusCode, nil)
	return w.Pass(res)
}
