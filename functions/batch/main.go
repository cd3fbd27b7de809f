// Command batch is the Lambda function that runs the lines of batches, which
// messages of a queue name.
package main

import (
	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/lambdahttp"
)

func main() {
	lambdahttp.StartQueue(all.Batch())
}
