package ledger

import (
	"context"
	"fmt"
)

// Adjusted reports whether an adjustment was made, and sees to it that one that
// was not never will be: for whoever was cut short while it called Adjust.
func (l *Ledger) Adjusted(ctx context.Context, request string) (bool, error) {
	row, err := l.decided(ctx, ref{request, "00"}.adjustment())
	if err != nil {
		return false, fmt.Errorf("adjusted: %w", err)
	}
	return State(row.Text(rowState)) == Posted, nil
}
