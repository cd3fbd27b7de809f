package dynamo

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"

	"github.com/tollgate-llm/tollgate/store"
)

// fault turns an API's error into a store's. Refusals and cancelled transactions
// are left for who knows what was written.
//
// A throttled request did nothing, as one that met a transaction or a write from
// another region did not; of all others nobody knows. Codes:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
func fault(operation string, err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return fmt.Errorf("%s: %w", operation, err)
	}
	switch code := api.ErrorCode(); code {
	case "ProvisionedThroughputExceededException", "ThrottlingException", "Throttling", "RequestLimitExceeded",
		"TransactionConflictException", "ReplicatedWriteConflictException":
		return fmt.Errorf("%s: %w: %s", operation, store.ErrThrottled, code)
	case "InvalidSignatureException", "IncompleteSignatureException", "IncompleteSignature":
		// The message may repeat the signed headers, a session token among them.
		return fmt.Errorf("%s: %s", operation, code)
	}
	return fmt.Errorf("%s: %w", operation, err)
}
