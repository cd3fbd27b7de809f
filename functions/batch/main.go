// Command batch is the Lambda function of the queue of batches: what is due is
// done.
package main

import (
	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/lambdahttp"
)

func main() {
	lambdahttp.StartTask(all.Schedule())
}
