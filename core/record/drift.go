package record

import (
	"context"
	"log/slog"
)

// Drift writes the line of a budget whose books do not add up: what is committed
// is not what was spent and what is held. Amounts are pico-dollars.
func Drift(ctx context.Context, log *slog.Logger, account string, committed, spent, held int64) {
	log.LogAttrs(ctx, slog.LevelError, "budget drift", slog.String("account", account),
		slog.Int64("committed", committed), slog.Int64("spent", spent), slog.Int64("held", held))
}
