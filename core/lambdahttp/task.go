package lambdahttp

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

// StartTask does something at each invocation, whatever its event is, and never
// returns. Like Start it takes the two results of a constructor.
func StartTask(do func(ctx context.Context) error, err error) {
	if err != nil {
		exit(err)
	}
	lambda.Start(do)
}

// exit tells Lambda why the function does not start.
func exit(err error) {
	fmt.Fprintln(os.Stderr, "init:", err)
	if reportErr := reportInit(os.Getenv("AWS_LAMBDA_RUNTIME_API"), err); reportErr != nil {
		fmt.Fprintln(os.Stderr, reportErr)
	}
	os.Exit(1)
}
