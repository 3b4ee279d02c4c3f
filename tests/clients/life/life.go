// SPDX-License-Identifier: Apache-2.0

// A whole life by the client that the generator `go` makes. Ends with a line that names the organization.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"reflect"

	farthing "github.com/GIT_USER_ID/GIT_REPO_ID"
)

// check ends the program where a call did not succeed.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func expect(found, wanted any) {
	if !reflect.DeepEqual(found, wanted) {
		log.Fatalf("%#v instead of %#v", found, wanted)
	}
}

func main() {
	log.SetFlags(log.Lshortfile)
	configuration := farthing.NewConfiguration()
	configuration.Servers = farthing.ServerConfigurations{{URL: os.Getenv("FARTHING_URL")}}
	client := farthing.NewAPIClient(configuration)
	ctx := context.WithValue(context.Background(), farthing.ContextAPIKeys,
		map[string]farthing.APIKey{"api_key": {Key: os.Getenv("FARTHING_KEY")}})

	user, _, err := client.UsersAPI.CreateUser(ctx).
		UserCreate(*farthing.NewUserCreate("life-go@example.com")).Execute()
	check(err)
	made, _, err := client.OrganizationsAPI.CreateOrganization(ctx).
		OrganizationCreate(*farthing.NewOrganizationCreate("Life")).Execute()
	check(err)
	organization := made.Id
	member, _, err := client.MembersAPI.PutMember(ctx, organization, user.Id).
		MemberUpdate(*farthing.NewMemberUpdate(farthing.OWNER)).Execute()
	check(err)
	expect(member.Role, farthing.OWNER)
	keyCreate := farthing.NewApiKeyCreate()
	keyCreate.SetUser(user.Id)
	keyCreate.SetName("life")
	key, _, err := client.ApiKeysAPI.CreateApiKey(ctx).ApiKeyCreate(*keyCreate).Execute()
	check(err)

	grant, _, err := client.GrantsAPI.CreateGrant(ctx, organization).IdempotencyKey("life-grant").
		GrantCreate(*farthing.NewGrantCreate("10")).Execute()
	check(err)
	expect(grant.Amount, "10")

	work := farthing.NewChargeCreate(organization, "2.5")
	work.SetApiKey(key.GetSecret())
	work.SetOperation("completion")
	work.SetMetadata(map[string]any{"tokens": 1024})
	charging := client.ChargesAPI.CreateCharge(ctx).IdempotencyKey("life-charge").ChargeCreate(*work)
	charge, _, err := charging.Execute()
	check(err)
	expect(charge.Amount, "2.5")
	expect(charge.Balance.Available, "7.5")
	again, answer, err := charging.Execute()
	check(err)
	expect(again, charge)
	expect(answer.Header.Get("Idempotency-Replayed"), "true")

	hold, _, err := client.HoldsAPI.PlaceHold(ctx).IdempotencyKey("life-hold").
		HoldCreate(*farthing.NewHoldCreate(organization, "4")).Execute()
	check(err)
	expect(hold.Balance.Available, "3.5")
	expect(hold.Balance.Held, "4")
	capture := farthing.NewHoldCapture()
	capture.SetAmount("1.25")
	capture.SetFinal(false)
	part, _, err := client.HoldsAPI.CaptureHold(ctx, hold.Id).IdempotencyKey("life-capture-1").
		HoldCapture(*capture).Execute()
	check(err)
	expect(part.Charge.Amount, "1.25")
	capture.SetAmount("0.75")
	capture.SetFinal(true)
	rest, _, err := client.HoldsAPI.CaptureHold(ctx, hold.Id).IdempotencyKey("life-capture-2").
		HoldCapture(*capture).Execute()
	check(err)
	expect(rest.Charge.Amount, "0.75")
	expect(rest.State, "captured")

	refundCreate := farthing.NewRefundCreate()
	refundCreate.SetAmount("0.5")
	refund, _, err := client.ChargesAPI.RefundCharge(ctx, charge.Id).IdempotencyKey("life-refund").
		RefundCreate(*refundCreate).Execute()
	check(err)
	expect(refund.Amount, "0.5")

	page, _, err := client.LedgerAPI.ListEntries(ctx, organization).Execute()
	check(err)
	kinds := []string{}
	for _, entry := range page.Entries {
		kinds = append(kinds, string(entry.Kind))
	}
	expect(kinds, []string{"grant", "charge", "hold", "capture", "capture", "release", "refund"})

	verify := farthing.NewApiKeyVerify(key.GetSecret())
	verify.SetCouldSpend("1")
	verdict, _, err := client.ApiKeysAPI.VerifyApiKey(ctx).ApiKeyVerify(*verify).Execute()
	check(err)
	expect(verdict.Valid, true)
	expect(verdict.User.Id, user.Id)
	expect(verdict.Balance.Available, "6")
	verify.SetCouldSpend("1000")
	refused, _, err := client.ApiKeysAPI.VerifyApiKey(ctx).ApiKeyVerify(*verify).Execute()
	check(err)
	expect(refused.Valid, false)
	expect(refused.Error.Name, "insufficient_credits")

	_, answer, err = client.ChargesAPI.CreateCharge(ctx).IdempotencyKey("life-too-large").
		ChargeCreate(*farthing.NewChargeCreate(organization, "1000")).Execute()
	if err == nil {
		log.Fatal("a charge of more than there is was not refused")
	}
	expect(answer.StatusCode, http.StatusPaymentRequired)

	fmt.Println(organization)
}
