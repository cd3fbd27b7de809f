package spend

import (
	"context"
	"time"
)

// BeginAt has rows added up from a day on, as if earlier ones had been looked for.
func (b *Book) BeginAt(ctx context.Context, day time.Time) error {
	_, err := b.beginAt(ctx, day)
	return err
}

// Repair is the last part of an Update.
func (b *Book) Repair(ctx context.Context) error {
	is, _, err := b.progress(ctx)
	if err != nil {
		return err
	}
	return b.repair(ctx, is)
}
