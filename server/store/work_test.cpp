// SPDX-License-Identifier: Apache-2.0
#include "server/store/work.hpp"

#include <gtest/gtest.h>

namespace farthing::store::work_test {

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
  for (const directory::DirectoryAction& action :
       {directory::DirectoryAction(directory::RotateApiKey{}),
        directory::DirectoryAction(directory::RevokeApiKey{}),
        directory::DirectoryAction(directory::RevokeSecret{}),
        directory::DirectoryAction(directory::RemoveMembership{}),
        directory::DirectoryAction(directory::NoteFirstUse{}),
        directory::DirectoryAction(
            directory::SetUserStanding{.user = {}, .standing = directory::Standing::disabled}),
        directory::DirectoryAction(directory::SetOrganizationStanding{.organization = {},
        .standing = directory::Standing::disabled})}) {
    EXPECT_EQ(work_of(action), Work::protection) << action.index();
  }
  for (const directory::DirectoryAction& action :
       {directory::DirectoryAction(directory::CreateUser{}),
        directory::DirectoryAction(directory::CreateOrganization{}),
        directory::DirectoryAction(directory::RenameOrganization{}),
        directory::DirectoryAction(directory::PutMembership{}),
        directory::DirectoryAction(directory::SetDefaultOrganization{}),
        directory::DirectoryAction(directory::CreateApiKey{}),
        directory::DirectoryAction(directory::ChangeApiKey{}),
        directory::DirectoryAction(directory::AddMembership{}),
        directory::DirectoryAction(directory::EraseUser{}),
        directory::DirectoryAction(
            directory::SetUserStanding{.user = {}, .standing = directory::Standing::enabled}),
        directory::DirectoryAction(directory::SetOrganizationStanding{.organization = {},
        .standing = directory::Standing::enabled})}) {
    EXPECT_EQ(work_of(action), Work::acts) << action.index();
  }
}

}  // namespace farthing::store::work_test
