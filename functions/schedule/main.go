// Command schedule is the Lambda function that does what has to be done every
// minute: calls that nobody ended are charged, and what was spent is added up.
package main

import (
	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/lambdahttp"
)

func main() {
	lambdahttp.StartTask(all.Schedule())
}
