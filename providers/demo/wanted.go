package demo

import (
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// wanted is the error that a model's name asks for.
func (p *Provider) wanted(call *llm.Call, what string) error {
	class, ok := llm.ClassNamed(what)
	if !ok {
		status, err := strconv.Atoi(what)
		if err != nil || status < 400 || status > 599 {
			return fault(call, llm.NotFoundError, "demo has no error "+what+
				": name a status from 400 to 599 or a class such as RateLimitError")
		}
		class = llm.ClassOf(status)
	}
	e := fault(call, class, "this is the error that "+call.To.Model+" asks for")
	if class == llm.RateLimitError {
		e.RetryAfter = time.Second
	}
	return e
}
