// SPDX-License-Identifier: Apache-2.0
#include "server/store/work.hpp"

#include <gtest/gtest.h>

namespace farthing::store {
namespace {

TEST(WorkOf, OfMovementsOnlyReleasesProtect) {
  EXPECT_EQ(work_of(ledger::Action(ledger::ReleaseHold{})), Work::protection);
  for (const ledger::Action& action :
       {ledger::Action(ledger::CreateGrant{}), ledger::Action(ledger::VoidGrant{}),
        ledger::Action(ledger::CreateCharge{}), ledger::Action(ledger::PlaceHold{}),
        ledger::Action(ledger::ExtendHold{}), ledger::Action(ledger::CaptureHold{}),
        ledger::Action(ledger::RefundCharge{}), ledger::Action(ledger::SetOverdraftLimit{})}) {
    EXPECT_EQ(work_of(action), Work::movements) << action.index();
  }
}

TEST(WorkOf, OfActsProtectsWhatEndsAccess) {
  for (const DirectoryAction& action :
       {DirectoryAction(RotateApiKey{}), DirectoryAction(RevokeApiKey{}),
        DirectoryAction(RevokeSecret{}), DirectoryAction(RemoveMembership{}),
        DirectoryAction(NoteFirstUse{}),
        DirectoryAction(SetUserStanding{.user = {}, .standing = Standing::disabled}),
        DirectoryAction(
            SetOrganizationStanding{.organization = {}, .standing = Standing::disabled})}) {
    EXPECT_EQ(work_of(action), Work::protection) << action.index();
  }
  for (const DirectoryAction& action :
       {DirectoryAction(CreateUser{}), DirectoryAction(CreateOrganization{}),
        DirectoryAction(RenameOrganization{}), DirectoryAction(PutMembership{}),
        DirectoryAction(SetDefaultOrganization{}), DirectoryAction(CreateApiKey{}),
        DirectoryAction(ChangeApiKey{}), DirectoryAction(AddMembership{}),
        DirectoryAction(SetUserStanding{.user = {}, .standing = Standing::enabled}),
        DirectoryAction(
            SetOrganizationStanding{.organization = {}, .standing = Standing::enabled})}) {
    EXPECT_EQ(work_of(action), Work::acts) << action.index();
  }
}

}  // namespace
}  // namespace farthing::store
